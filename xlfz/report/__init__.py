"""Reports on returns: 校验报告 and the marked copies."""
