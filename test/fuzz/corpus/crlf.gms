op f(x: real) -> real = x
﻿a = 1