"""Forms: what they ask (`spec`), how they are laid out, who made them (manifest)."""
