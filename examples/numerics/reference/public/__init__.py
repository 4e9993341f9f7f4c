"""What students may have of this course: theorems about their own results, and the problems that these need."""
