#include "compiler/driver/commands/error_pages.h"

namespace gms::compiler {

struct ErrorPage {
  std::string_view code, text;
};
extern const ErrorPage errorPages[];
extern const size_t errorPageCount;

std::string_view errorPage(std::string_view code) {
  for (size_t i = 0; i < errorPageCount; ++i)
    if (errorPages[i].code == code)
      return errorPages[i].text;
  return "";
}

std::string_view textOfKind(Kind kind) {
  switch (kind) {
#define GMS_DIAGNOSTIC(name, code, text)                                                                               \
  case Kind::name:                                                                                                     \
    return text;
#include "lang/diagnostics/kinds.def"
#undef GMS_DIAGNOSTIC
  }
  return "";
}

} // namespace gms::compiler
