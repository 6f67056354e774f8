"""Clio Manage: contacts, call records, notes and tasks over its API v4.

Must not: be imported by another provider.
"""

from mcdesk.providers.clio.crm import Clio

PROVIDER = Clio

__all__ = ["PROVIDER", "Clio"]
