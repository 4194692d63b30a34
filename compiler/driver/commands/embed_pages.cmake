# Writes all pages of FOLDER (E0301.md, W0901.md) into OUTPUT as a table of raw strings.
file(GLOB pages "${FOLDER}/[EW][0-9]*.md")
list(SORT pages)
set(body "")
set(count 0)
foreach(page IN LISTS pages)
  get_filename_component(code "${page}" NAME_WE)
  file(READ "${page}" text)
  string(APPEND body "    {\"${code}\", R\"gms_page(${text})gms_page\"},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE "${OUTPUT}" "#include <cstddef>
#include <string_view>
namespace gms::compiler {
struct ErrorPage {
  std::string_view code, text;
};
extern const ErrorPage errorPages[];
extern const size_t errorPageCount;
const ErrorPage errorPages[] = {
${body}    {\"\", \"\"}};
const size_t errorPageCount = ${count};
} // namespace gms::compiler
")
