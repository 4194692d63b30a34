// Host functions that programs declare `extern`: the rooms of the runtime register them by name.
#pragma once
#include "runtime/core/thread_pool.h"
#include "runtime/core/value.h"
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace gms::runtime {

/// What a host function may use besides its arguments.
struct ExternContext {
  ThreadPool &pool;
  int threads;
  std::string dataFolder;    ///< `--data`; empty where it was not given
  std::string programFolder; ///< where relative paths begin
  bool quiet = false;        ///< no progress bar
  bool skipBadFiles = false; ///< bad files are left out and remarked on, instead of ending the run
  struct Remark {
    std::string code, text;
  };
  std::vector<Remark> *remarks = nullptr; ///< what the reader of the report should know

  /// Where a path of the program points: as it is where absolute; below `--data` where that was given, or that folder
  /// itself where nothing of the path's name lies in it; else below the program's folder.
  std::string resolve(const std::string &path) const;
};

using ExternFunction =
    std::function<Value(ExternContext &context, std::span<const Value> arguments, const HostType &result)>;

class ExternRegistry {
public:
  void add(std::string name, ExternFunction function) { functions[std::move(name)] = std::move(function); }
  /// Throws UnknownExtern.
  const ExternFunction &get(const std::string &name) const;

private:
  std::map<std::string, ExternFunction> functions;
};

} // namespace gms::runtime
