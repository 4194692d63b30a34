// Linear operators on the evaluator: what each is made of, sums and multiples, products, solutions, eigenvectors ([OPR-2] to [OPR-8]).
// RUN: %gmsc test --engines evaluator %s
op bands() -> real[2, 4] = [[1, 2, 3, 4], [10, 20, 30, 40]]
op ones() -> real[4] = [1, 1, 1, 1]
test banded(bands()) * ones() == [11, 32, 53, 34]
test banded(bands(), periodic: true) * ones() == [51, 32, 53, 74]
op maybe_round(round: bool) -> real[4] = apply(banded(bands(), periodic: round), ones())
test maybe_round(true) == [51, 32, 53, 74]
test maybe_round(false) == [11, 32, 53, 34]
test diagonal([1, 2, 3, 4]) * [1, 1, 2, 2] == [1, 2, 6, 8]
test toeplitz([1, 2, 4, 8]) * [1, 0, 0, 1] == [9, 6, 6, 9]
test exponential(log(2), 4) * [1, 0, 0, 0] == [1, 0.5, 0.25, 0.125]
test dense([[1, 2], [2, 5]]) * [1, 1] == [3, 7]

test (2 * diagonal([1, 2]) - diagonal([1, 1]) / 2) * [1, 1] == [1.5, 3.5]
test (-toeplitz([1, 2])) * [1, 0] == [-1, -2]
test (toeplitz([1, 2]) * 3 + diagonal([1, 0])) * [1, 0] == [4, 6]
op plane_product() -> real[2, 3] = kronecker_sum(dense([[1, 2], [2, 3]]), diagonal([10, 20, 30])) * [[1, 0, 0], [0, 0, 1]]
test plane_product() == [[11, 0, 2], [2, 0, 33]]
test (kronecker_sum(diagonal([1, 2]), diagonal([10, 20])) + diagonal([[100, 200], [300, 400]])) * [[1, 1], [1, 1]] == [[111, 221], [312, 422]]

test solve(banded([[2, 2, 2], [-1, -1, 0]]), [1, 0, 1]) == [1, 1, 1]
test solve(kronecker_sum(diagonal([1, 2]), diagonal([1, 2])), [[2, 3], [3, 8]]) == [[1, 1], [1, 2]]

op lowest_of(k: int) -> (real[2], real[2, 3]) = lowest(2, dense([[2, 1, 0], [1, 2, 0], [0, 0, 2]]))
test lowest_of(2)[0] == [1, 2]
test lowest_of(2)[1] == [[0.70710678, -0.70710678, 0], [0, 0, 1]]
op with_measure() -> (real[1], real[1, 2]) = lowest(1, diagonal([3, 1]), measure: 0.25)
test with_measure()[1] == [[0, 2]]
/// An operator is a value: it is given and returned.
op shifted(a: operator[n], by: real[n]) = a + diagonal(by)
test shifted(diagonal([1, 2]), [1, 1]) * [1, 1] == [2, 3]
op stiffness(n: int) -> operator[n, unit: energy / length^2] { k[d in 0..2, i in 0..n] = (if d == 0 then 2 else -1) * 1 eV / (1 angstrom)^2; return banded(k) }
test stiffness(3) * [1, 1, 1] == [1, 0, 1] * 1 eV / (1 angstrom)^2
