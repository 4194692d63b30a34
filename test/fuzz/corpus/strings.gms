import a, b.c, d
s = "a \\ \" \n \r \t \u{1F600} é 中"
é = s
ünïcode_2 = "…"
