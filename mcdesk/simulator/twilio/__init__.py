"""The pretend Twilio. Import `PretendTwilio` from mcdesk.simulator."""
