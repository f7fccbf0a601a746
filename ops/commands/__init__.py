"""The commands of `vigie`, one file a noun. What they need of AWS is imported when they run, not when help is shown."""
