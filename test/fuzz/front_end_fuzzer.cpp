// libFuzzer over the front end: any bytes are parsed and checked without a crash, and where they hold no syntax error
// their canonical text parses to the same tree and is its own canonical text.
#include "lang/format/format.h"
#include "lang/program/program.h"
#include "lang/sema/check.h"
#include "lang/syntax/parse.h"
#include <cstdio>
#include <cstdlib>

namespace {
using namespace gms;

struct Parsed {
  bool valid = false;
  std::string tree, canonical;
  size_t comments = 0;
};

Parsed parsed(std::string text) {
  Sources sources;
  Diagnostics diagnostics;
  const syntax::Tree tree = syntax::parse(sources, sources.add("fuzz.gms", std::move(text)), diagnostics);
  Parsed out;
  out.valid = !diagnostics.failed();
  out.tree = syntax::print(tree);
  out.comments = tree.comments.size();
  if (out.valid)
    out.canonical = format::format(sources, tree);
  return out;
}

void require(bool holds, const char *what, const Parsed &once, const Parsed &twice) {
  if (holds)
    return;
  std::fprintf(stderr, "%s\n---- canonical\n%s\n---- canonical again\n%s\n---- tree\n%s\n---- tree again\n%s\n", what,
               once.canonical.c_str(), twice.canonical.c_str(), once.tree.c_str(), twice.tree.c_str());
  std::abort();
}

/// Messages must be showable wherever they point.
void check(const std::string &text) {
  Sources sources;
  Diagnostics diagnostics;
  const uint32_t file = sources.add("fuzz.gms", text);
  const auto program = sema::check(sources, file, {}, diagnostics);
  for (const Diagnostic &message : diagnostics.sorted()) {
    render(message, sources, false);
    renderJson(message, sources);
  }
  if (!diagnostics.failed())
    program::print(*program);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const std::string text(reinterpret_cast<const char *>(data), size);
  const Parsed once = parsed(text);
  check(text);
  if (!once.valid)
    return 0;
  const Parsed twice = parsed(once.canonical);
  require(twice.valid, "the canonical text has errors", once, twice);
  require(once.tree == twice.tree, "the canonical text has another tree", once, twice);
  require(once.canonical == twice.canonical, "the canonical text is not stable", once, twice);
  require(once.comments == twice.comments, "a comment was lost", once, twice);
  return 0;
}
