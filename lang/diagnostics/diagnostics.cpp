#include "lang/diagnostics/diagnostics.h"
#include <algorithm>
#include <charconv>
#include <numeric>
#include <tuple>

namespace gms {
namespace {

struct Entry {
  Kind kind;
  std::string_view name;
  std::string_view text;
};

constexpr Entry entries[] = {
#define GMS_DIAGNOSTIC(name, code, text) {Kind::name, #name, text},
#include "lang/diagnostics/kinds.def"
#undef GMS_DIAGNOSTIC
};

constexpr uint16_t firstWarning = 900;

std::string_view textOf(Kind kind) {
  for (const Entry &entry : entries)
    if (entry.kind == kind)
      return entry.text;
  return "";
}

/// Replaces {0}, {1}, … by the arguments; other braces stay as they are.
std::string fill(std::string_view text, std::initializer_list<std::string> arguments) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool slot = text[i] == '{' && i + 2 < text.size() && text[i + 2] == '}' && text[i + 1] >= '0' &&
                      text[i + 1] <= '9';
    const size_t number = slot ? text[i + 1] - '0' : 0;
    if (slot && number < arguments.size()) {
      out += arguments.begin()[number];
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours cost one, letter
/// case nothing.
size_t editDistance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

} // namespace

Diagnostic &Diagnostics::error(Kind kind, Span span, std::initializer_list<std::string> arguments) {
  return report(Severity::Error, kind, span, arguments);
}

Diagnostic &Diagnostics::warning(Kind kind, Span span, std::initializer_list<std::string> arguments) {
  return report(Severity::Warning, kind, span, arguments);
}

Diagnostic &Diagnostics::report(Severity severity, Kind kind, Span span,
                                std::initializer_list<std::string> arguments) {
  errors += severity == Severity::Error;
  Diagnostic message;
  message.kind = kind;
  message.severity = severity;
  message.span = span;
  message.text = fill(textOf(kind), arguments);
  list.push_back(std::move(message));
  return list.back();
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  auto place = [](const Diagnostic &d) { return std::tie(d.span.file, d.span.begin, d.span.end); };
  // Sorted by pointer, which also says what was reported first.
  std::vector<const Diagnostic *> order;
  for (const Diagnostic &message : list)
    order.push_back(&message);
  std::sort(order.begin(), order.end(), [&](const Diagnostic *a, const Diagnostic *b) {
    return std::tuple_cat(place(*a), std::tie(a)) < std::tuple_cat(place(*b), std::tie(b));
  });
  std::vector<Diagnostic> out;
  for (const Diagnostic *message : order)
    out.push_back(*message);
  auto same = [&](const Diagnostic &a, const Diagnostic &b) {
    return a.kind == b.kind && place(a) == place(b) && a.text == b.text;
  };
  out.erase(std::unique(out.begin(), out.end(), same), out.end());
  return out;
}

std::string codeOf(Kind kind) {
  const auto number = static_cast<uint16_t>(kind);
  std::string digits = std::to_string(number);
  return (number >= firstWarning ? "W" : "E") + std::string(4 - std::min<size_t>(4, digits.size()), '0') +
         digits;
}

bool findKind(std::string_view code, Kind &kind) {
  if (!code.empty() && (lower(code[0]) == 'e' || lower(code[0]) == 'w'))
    code.remove_prefix(1);
  uint16_t number = 0;
  auto [end, status] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (status != std::errc() || end != code.data() + code.size())
    return false;
  for (const Entry &entry : entries)
    if (static_cast<uint16_t>(entry.kind) == number) {
      kind = entry.kind;
      return true;
    }
  return false;
}

std::vector<std::pair<Kind, std::string_view>> allKinds() {
  std::vector<std::pair<Kind, std::string_view>> out;
  for (const Entry &entry : entries)
    out.emplace_back(entry.kind, entry.name);
  return out;
}

std::string nearest(std::string_view name, const std::vector<std::string> &candidates) {
  // A third of the letters may differ; a name of one or two letters is near to too much to be worth an offer.
  size_t best = name.size() <= 2 ? 0 : std::max<size_t>(1, name.size() / 3);
  std::string found;
  for (const std::string &candidate : candidates) {
    const size_t longer = std::max(candidate.size(), name.size()),
                 shorter = std::min(candidate.size(), name.size());
    if (candidate == name || longer - shorter > best)
      continue;
    const size_t distance = editDistance(name, candidate);
    if (distance < best || (distance == best && found.empty())) {
      best = distance;
      found = candidate;
    }
  }
  return found;
}

} // namespace gms
