"""Many students: one evidence and one report each, whatever any of them handed in."""
