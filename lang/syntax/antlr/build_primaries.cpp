// The part of TreeBuilder for what has no operator: literals, names, brackets, choices and holes.
#include "lang/syntax/antlr/tree_builder.h"

namespace gms::syntax {

using antlr4::tree::TerminalNode;

namespace {

void appendUtf8(char32_t c, std::string &out) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  static constexpr unsigned char leads[] = {0, 0xC0, 0xE0, 0xF0};
  out += static_cast<char>(leads[more] | (c >> (6 * more)));
  for (int i = more - 1; i >= 0; --i)
    out += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
}

/// The character of `u{hex}` at `at`, or no character (0x110000) where it is not one.
char32_t pointOf(std::string_view text, size_t at, size_t &end) {
  char32_t value = 0;
  end = at + 1;
  if (text.substr(at, 2) != "u{")
    return 0x110000;
  for (size_t i = at + 2; i < text.size() && i < at + 9; ++i) {
    const char c = text[i];
    if (c == '}') {
      end = i + 1;
      return i > at + 2 && value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF) ? value : 0x110000;
    }
    const int digit = c >= '0' && c <= '9'                 ? c - '0'
                      : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                                           : -1;
    if (digit < 0)
      break;
    value = value * 16 + digit;
  }
  return 0x110000;
}

} // namespace

TreeBuilder::Any TreeBuilder::visitNumeral(P::NumeralContext *context) {
  auto *number = context->number();
  auto out = make(ExprKind::Number, context);
  TerminalNode *digits = number ? (number->INT()     ? number->INT()
                                   : number->FLOAT() ? number->FLOAT()
                                                     : number->PERCENT())
                                : nullptr;
  if (!digits) {
    out->kind = ExprKind::Error;
    made = std::move(out);
    return {};
  }
  out->text = text(digits);
  out->opSpan = span(digits);
  out->isInt = number->INT() != nullptr;
  out->percent = number->PERCENT() != nullptr;
  if (out->percent) {
    out->text.pop_back();
    out->isInt = out->text.find_first_of(".eE") == std::string::npos;
  }
  if (number->UNIT()) {
    out->unit = text(number->UNIT());
    out->unitSpan = span(number->UNIT());
  }
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitString(P::StringContext *context) {
  auto out = make(ExprKind::String, context);
  out->opSpan = out->span;
  out->text = unescaped(context->STRING());
  made = std::move(out);
  return {};
}

std::string TreeBuilder::unescaped(TerminalNode *node) {
  std::string out;
  const std::string_view literal = places.text(*node->getSymbol());
  const uint32_t begin = span(node).begin;
  if (literal.empty())
    return out;
  for (size_t at = 1; at < literal.size() && literal[at] != literal[0];) {
    if (literal[at] == '\\')
      at = escape(literal, at, begin, out);
    else
      out += literal[at++];
  }
  return out;
}

/// Reads the escape at `at` and gives the place behind it.
size_t TreeBuilder::escape(std::string_view text, size_t at, uint32_t begin, std::string &out) {
  const char letter = at + 1 < text.size() ? text[at + 1] : ' ';
  size_t end = std::min(at + 2, text.size());
  switch (letter) {
  case 'n': out += '\n'; return end;
  case 't': out += '\t'; return end;
  case 'r': out += '\r'; return end;
  case '\\':
  case '"': out += letter; return end;
  default: break;
  }
  if (letter == 'u') {
    const char32_t point = pointOf(text, at + 1, end);
    if (point < 0x110000) {
      appendUtf8(point, out);
      return end;
    }
  }
  while (end < text.size() && (text[end] & 0xC0) == 0x80)
    ++end;
  const auto from = static_cast<uint32_t>(begin + at), to = static_cast<uint32_t>(begin + end);
  diagnostics
      .error(Kind::UnknownEscape, {places.fileNumber(), from, to}, {std::string(text.substr(at, end - at))})
      .fix = letter == 'u' ? "write the hexadecimal number of a character, as in \\u{e9}"
                           : "write `\\\\` for a backslash";
  return end;
}

TreeBuilder::Any TreeBuilder::visitBoolean(P::BooleanContext *context) {
  made = make(ExprKind::Bool, context);
  made->text = places.text(*context->getStart());
  return {};
}

ExprPtr TreeBuilder::derivative(P::DerivativeContext *context) {
  auto out = make(ExprKind::Derivative, context);
  for (size_t i = 0; i < 2; ++i)
    out->operands.push_back(expr(context->expr(i)));
  return out;
}

TreeBuilder::Any TreeBuilder::visitDifferential(P::DifferentialContext *context) {
  made = derivative(context->derivative());
  return {};
}

TreeBuilder::Any TreeBuilder::visitReference(P::ReferenceContext *context) {
  const Name found = name(context->name());
  made = make(found.empty() ? ExprKind::Error : ExprKind::Name, context);
  made->text = found.text;
  return {};
}

TreeBuilder::Any TreeBuilder::visitTuple(P::TupleContext *context) {
  const auto items = context->expr();
  if (items.size() == 1) {
    auto inner = expr(items[0]);
    inner->bracketed = true;
    inner->span = span(context);
    made = std::move(inner);
    return {};
  }
  auto out = make(items.empty() ? ExprKind::Error : ExprKind::Tuple, context);
  for (auto *item : items)
    out->operands.push_back(expr(item));
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitList(P::ListContext *context) {
  auto out = make(ExprKind::List, context);
  out->args = arguments(context->arguments());
  if (context->UNIT()) {
    out->unit = text(context->UNIT());
    out->unitSpan = span(context->UNIT());
  }
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitRecordValue(P::RecordValueContext *context) {
  auto out = make(ExprKind::Record, context);
  for (auto *entry : context->entry()) {
    Argument field;
    field.span = span(entry);
    field.label = name(entry->name());
    field.value = expr(entry->expr());
    out->args.push_back(std::move(field));
  }
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitChoice(P::ChoiceContext *context) {
  auto out = make(ExprKind::Choose, context);
  for (auto *arm : context->arm()) {
    out->operands.push_back(expr(arm->expr(0)));
    out->operands.push_back(expr(arm->expr(1)));
  }
  made = std::move(out);
  return {};
}

TreeBuilder::Any TreeBuilder::visitHole(P::HoleContext *context) {
  auto out = make(ExprKind::Hole, context);
  out->text = context->LBRACE() ? "{" : name(context->name()).text;
  if (out->text == "d")
    diagnostics.error(Kind::ReservedDerivative, out->span).fix = "choose another name";
  out->args = arguments(context->arguments());
  made = std::move(out);
  return {};
}

} // namespace gms::syntax
