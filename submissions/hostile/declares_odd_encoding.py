# -*- coding: utf-7 -*- Declares an encoding that hides code in comments. Contained: refused.
# +AAo-ex1_r_unique = True
