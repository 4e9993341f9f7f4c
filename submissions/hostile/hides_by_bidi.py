# Turns the reading direction in names, messages and code. Contained: reports show the characters as escapes.
ex1_larger = '‮qp⁦'
raise ValueError('‮::error::⁩ ​ ﻿')
