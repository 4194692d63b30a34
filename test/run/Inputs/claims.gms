/// Claims of all forms.
experiment claims {
  /// How many.
  param count: int = 3
  /// How far it is turned.
  param turn = 30 deg
  squares = map(i in 0..count) of i * i
  total = sum(s in squares) of s
  expect total == 5
  expect turn < 45 deg
  expect count > 0 and total >= count
  table i * i by i in 0..count
}
