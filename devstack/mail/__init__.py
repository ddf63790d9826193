"""A mail catcher: takes every message by SMTP, delivers none, and shows them on a page of its own."""
