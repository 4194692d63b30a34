// Coded messages with their places. Every message is an entry of kinds.def; a test produces each of them.
#pragma once
#include "lang/diagnostics/source.h"
#include <initializer_list>
#include <string>
#include <vector>

namespace gms {

/// One entry a message; the name says what is wrong, the code is what users see (E0301).
enum class Kind : uint16_t {
#define GMS_DIAGNOSTIC(name, code, text) name = code,
#include "lang/diagnostics/kinds.def"
#undef GMS_DIAGNOSTIC
};

enum class Severity { Error, Warning };

/// A second place that a message speaks of.
struct Note {
  Span span;
  std::string text;
};

struct Diagnostic {
  Kind kind;
  Severity severity = Severity::Error;
  Span span;
  std::string text;        ///< what was expected and found
  std::string fix;         ///< what to write instead; empty where nothing can be proposed
  std::vector<Note> notes;
};

/// Collects what a compilation has to say, in the order of its steps.
class Diagnostics {
public:
  /// Reports a message: `{0}`, `{1}`, … in its text in kinds.def are replaced by the arguments.
  Diagnostic &error(Kind kind, Span span, std::initializer_list<std::string> arguments = {});
  Diagnostic &warning(Kind kind, Span span, std::initializer_list<std::string> arguments = {});
  bool failed() const { return errors != 0; }
  size_t errorCount() const { return errors; }
  const std::vector<Diagnostic> &all() const { return list; }
  /// Ordered by place, for showing; repeated messages at one place are dropped.
  std::vector<Diagnostic> sorted() const;

private:
  std::vector<Diagnostic> list;
  size_t errors = 0;
  Diagnostic &report(Severity severity, Kind kind, Span span, std::initializer_list<std::string> arguments);
};

/// "E0301" or, for a warning's kind, "W0901".
std::string codeOf(Kind kind);
/// Finds a kind by "E0301", "e301" or "301"; false where there is none.
bool findKind(std::string_view code, Kind &kind);
/// All kinds with their enumerator names, in the order of kinds.def.
std::vector<std::pair<Kind, std::string_view>> allKinds();

/// The message as users see it: place, text, source line with the range underlined, fix, notes.
std::string render(const Diagnostic &diagnostic, const Sources &sources, bool colour);
/// One line of JSON a message, for editors: {code, severity, file, line, column, endLine, endColumn, text, fix, notes}.
std::string renderJson(const Diagnostic &diagnostic, const Sources &sources);

/// The candidate nearest to a misspelt name by edit distance, or "" where none is near enough to offer.
std::string nearest(std::string_view name, const std::vector<std::string> &candidates);

} // namespace gms
