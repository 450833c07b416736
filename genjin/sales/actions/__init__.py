"""Every write of this folder: one atomic keyword-only function per verb."""
