#include "runtime/core/error.h"
#include <cstdio>
#include <system_error>

namespace gms::runtime {
namespace {

/// One pass, so that an argument that itself holds "{0}" (a file's name, say) is shown as it is.
std::string fill(std::string_view text, std::initializer_list<std::string> arguments) {
  std::string filled;
  for (size_t i = 0; i < text.size(); ++i) {
    bool hole = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' && text[i + 1] >= '0' &&
                text[i + 1] <= '9';
    size_t number = hole ? static_cast<size_t>(text[i + 1] - '0') : 0;
    if (!hole || number >= arguments.size()) {
      filled += text[i];
      continue;
    }
    filled += arguments.begin()[number];
    i += 2;
  }
  return filled;
}

} // namespace

Error::Error(ErrorKind kind, std::initializer_list<std::string> arguments)
    : std::runtime_error(fill(textOf(kind), arguments)), errorKind(kind) {}

std::string Error::code() const { return codeOf(errorKind); }

std::string Error::rendered() const { return "error[" + code() + "]: " + what(); }

std::string codeOf(ErrorKind kind) {
  char text[8];
  std::snprintf(text, sizeof text, "E%04u", static_cast<unsigned>(kind));
  return text;
}

std::string_view textOf(ErrorKind kind) {
  switch (kind) {
#define GMS_RUNTIME_ERROR(name, code, text)                                                                  \
  case ErrorKind::name:                                                                                      \
    return text;
#include "runtime/core/errors.def"
#undef GMS_RUNTIME_ERROR
  }
  return "";
}

std::vector<std::pair<ErrorKind, std::string_view>> allErrorKinds() {
  return {
#define GMS_RUNTIME_ERROR(name, code, text) {ErrorKind::name, #name},
#include "runtime/core/errors.def"
#undef GMS_RUNTIME_ERROR
  };
}

std::string systemReason(int errorNumber) { return std::generic_category().message(errorNumber); }

} // namespace gms::runtime
