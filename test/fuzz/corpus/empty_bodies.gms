op f() {}
record r {}
experiment e {
}
op g(x: real) -> real {
  // nothing
}
f = choose {}
