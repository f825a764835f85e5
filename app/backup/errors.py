class BackupRefused(Exception):
    """The message is one line that says what to do."""
