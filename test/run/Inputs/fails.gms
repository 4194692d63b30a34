experiment fails {
  x = 3
  expect x + 1 < 2
  expect x == 3
  expect 1 == 2
}
