// RUN: rm -rf %t
// RUN: %gmsc run %s --device cpu -q -o %t
// RUN: %gmsc run %s --device emulated -q -o %t
// RUN: %gmsc run %s --device evaluator -q -o %t
// Lists, tuples, records, strings and bools of kernels on the host, the same on every device.
record row { name: string, value: real, pair: (real, real) }
op line(s: real) -> real[3] { out[k in 0..3] = s * k }
op average(x: real[n]) -> real = mean(k) of x[k]
op ends(x: real[n]) -> (real, real) = (min(k) of x[k], max(k) of x[k])
op large(x: real[n]) -> bool[n] { out[k] = x[k] > 0.5 }
op counted(x: bool[n]) -> int = count(k) of x[k]
recipe row_of(s: real) -> row = { value: s, name: "s", pair: (s, 2 * s) }
recipe summary(rows: list[row]) -> real = sum(r in rows) of r.value
recipe pick(names: list[string], k: int) -> string = names[k]
experiment lists {
  strengths = [0.25, 0.5, 0.75, 1.0]
  lines = map(s in strengths) of line(s)
  bright = filter(x in lines) of (average(x) > 0.5)
  (low, high) = ends(lines[1])
  both = ends(lines[3])
  rows = map(s in strengths) of row_of(s)
  marks = large(lines[3])
  show lines, bright, low, high, both[1], marks
  plot average(line(s)) against s in strengths
  table average(x), label: low by x in lines
  expect length(bright) == 2
  expect low < high
  expect both[1] == 2
  expect summary(rows) == 2.5
  expect pick(["a", "b"], 1) == "b"
  expect (argmax(x in lines) of average(x)) == 3
  expect counted(marks) == 2
  expect all(x in lines) of (average(x) > 0)
}
