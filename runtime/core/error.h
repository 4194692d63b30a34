// Coded failures of a running program. Every one is an entry of errors.def.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace gms::runtime {

/// One entry a failure; its value is the number in its code.
enum class ErrorKind : uint16_t {
#define GMS_RUNTIME_ERROR(name, code, text) name = code,
#include "runtime/core/errors.def"
#undef GMS_RUNTIME_ERROR
};

/// What every failure of the runtime throws. `what()` is the message without its code.
class Error : public std::runtime_error {
public:
  /// `{0}`, `{1}`, … in the kind's text are replaced by the arguments.
  explicit Error(ErrorKind kind, std::initializer_list<std::string> arguments = {});

  ErrorKind kind() const { return errorKind; }
  /// "E0612".
  std::string code() const;
  /// The message as users see it: "error[E0612]: …".
  std::string rendered() const;

private:
  ErrorKind errorKind;
};

/// "E0612".
std::string codeOf(ErrorKind kind);
/// The text of errors.def, with its holes.
std::string_view textOf(ErrorKind kind);
/// All kinds with their enumerator names, in the order of errors.def.
std::vector<std::pair<ErrorKind, std::string_view>> allErrorKinds();
/// What the system says about an errno, for use in a message; safe in any thread.
std::string systemReason(int errorNumber);

} // namespace gms::runtime
