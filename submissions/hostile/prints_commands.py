# Prints what CI runners obey, with every spelling. Contained: no such line reaches the terminal or the reports.
for start in ('', ' ', '\t', '\r', '\n', '\x1b[0m', '\u2028', '\x0b', 'x '):
    for command in ('::error file=a::b', '::add-mask::x', '::stop-commands::t', '##[error]x', '##vso[task.complete]', '%0A::warning::x'):
        print(start + command)
ex1_larger = '\n::error::x\r##[group]y'
raise ValueError('\n::error::x\n##[error]y\x1b]8;;http://x\x07z')
