"""What students may have of this course: theorems about their own answers. Nothing here gives an answer away."""
