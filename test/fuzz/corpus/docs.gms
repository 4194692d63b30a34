/// One.
/// Two.
op f(x: real) -> real = x /// misplaced
/// Lost
