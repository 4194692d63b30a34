// What makes an interrupted search resume with identical numbers: every value and gradient it was given is kept in a
// file. A minimiser is deterministic, so a search that is given the same ones again arrives where it was, without
// computing them.
#pragma once
#include "runtime/fit/minimise.h"
#include <cstdint>
#include <string>
#include <vector>

namespace gms::runtime {

/// Values and gradients of one search in the order in which they were asked for. Records are appended whole; one that a
/// crash cut off is dropped when the file is opened again.
class EvaluationLog {
public:
  /// Opens or begins the file. `size` is the number of variables; `key` states what is being fitted (program, data,
  /// options): a file of another key or size is refused. Throws FileNotWritten, DiskFull, FileUnreadable,
  /// EvaluationLogOther.
  EvaluationLog(std::string path, size_t size, uint64_t key);
  ~EvaluationLog();
  EvaluationLog(const EvaluationLog &) = delete;
  EvaluationLog &operator=(const EvaluationLog &) = delete;

  /// The function that answers from the file as long as it can, and writes down what it must compute. Valid while the
  /// log lives. Throws EvaluationLogOther where a search asks for another x than the one that was recorded.
  Evaluate around(Evaluate evaluate);
  /// How many evaluations the file held when it was opened.
  size_t recorded() const { return before; }

private:
  std::string path;
  int file = -1;
  size_t before = 0; ///< records in the file when it was opened
  size_t next = 0;   ///< the record that is asked for next
  std::vector<double> record; ///< digest of x, value, gradient

  void readRecord(size_t index);
  void append();
};

} // namespace gms::runtime
