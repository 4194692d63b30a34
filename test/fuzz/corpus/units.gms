unit furlong = 201.168 m
unit fortnight = 1209600 s
unit speed_unit = furlong / fortnight
op speed(d: length, t: time) -> length/time = d / t
op squared(a: length) -> area_ = a^2
op turned(a: angle) -> real = sin(a + 30 deg) + 0.01 eV/angstrom * [1, 2] bohr
