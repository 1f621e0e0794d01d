"""Many projects at once: judged as a preview, carried out in one transaction, undone in one."""
