"""The right answers of this course, and the code that asks for them. Its modules import each other relatively."""
