"""The pretend Clio Manage. Import `PretendClio` from mcdesk.simulator."""
