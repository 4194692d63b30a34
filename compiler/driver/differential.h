// Compiled kernels against the plain evaluator, which is their judge.
#pragma once
#include "compiler/driver/compile.h"
#include "lang/eval/tests.h"
#include <iosfwd>

namespace gms::compiler {

/// A way to compile and run: a device, fused or not.
struct Engine {
  std::string name;
  Device device = Device::Cpu;
  CpuLevel level = CpuLevel::Native;
  bool fused = true;
};

/// "cpu", "cpu-unfused", "cpu-avx2", "emulated", "emulated-unfused", "cuda"; nothing for other names.
std::optional<Engine> findEngine(const std::string &name);

/// What one function gave for a few samples that differ in their keys alone.
struct KernelRun {
  std::vector<eval::Value> values; ///< one a sample; empty where it could not run
  std::vector<double> drawn;       ///< of the first sample, in the order of the signature's draws
  Signature signature;
  std::string error;    ///< why it did not run
  bool refused = false; ///< the compiler does not compile such a function: no fault
};

/// Compiles a function (from the cache where it can) and runs it on values of its parameters. Sample s has
/// the key's number plus s. `threads` runs the samples in so many ranges at once.
KernelRun runCompiled(const program::Program &program, program::FunctionId function,
                      const std::vector<eval::Value> &arguments, eval::Key key, const Engine &engine,
                      size_t samples = 1, size_t threads = 1);

/// Where two values of a type differ beyond the tolerance between devices, as text; "" where they agree.
/// Images in [0, 1] agree within 1/255; bools, ints and bytes exactly, but for bytes that a rounding moved by
/// one; reals within `tolerance`, or where it is 0 within 1e-5 + 1e-5 |expected|.
std::string difference(const program::Type &type, const eval::Value &expected, const eval::Value &found,
                       double tolerance = 0);

/// Evaluates a function and runs it on every engine; gives what disagrees, a line each. Empty: all agree.
std::vector<std::string> disagreements(const program::Program &program, program::FunctionId function,
                                       const std::vector<eval::Value> &arguments, eval::Key key,
                                       const std::vector<Engine> &engines);

struct TestCounts {
  size_t passed = 0, failed = 0;
  size_t refused = 0; ///< on an engine that does not compile such a test
};

/// Runs a program's own tests on the evaluator and on every engine. A test that fails is shown with its
/// place, both sides and where an engine differs from the evaluator; `verbose` shows those that pass as well.
TestCounts runTests(const program::Program &program, const Sources &sources,
                    const std::vector<Engine> &engines, bool verbose, std::ostream &out);

} // namespace gms::compiler
