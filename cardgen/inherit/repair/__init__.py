"""Cards as they are met: with page chrome around their lines, or collapsed onto one."""
