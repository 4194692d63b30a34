// The tree: what a text says, before any name is looked up. One struct an expression and one a statement, so that the
// formatter, the checker and the printer each walk it with one switch.
#pragma once
#include "lang/diagnostics/source.h"
#include <memory>
#include <string>
#include <vector>

namespace gms::syntax {

struct Expr;
struct Statement;
using ExprPtr = std::unique_ptr<Expr>;
using StatementPtr = std::unique_ptr<Statement>;

struct Name {
  std::string text;
  Span span;
  bool empty() const { return text.empty(); }
};

/// `e`, `label: e` or `x in domain`; one form for calls, reads, types, lists, definitions and clauses.
struct Argument {
  Span span;
  Name label;      ///< empty where none is given
  ExprPtr value;   ///< what is passed, or the name (or tuple of names) that is bound by `in`
  ExprPtr domain;  ///< null unless `in` is written
};

enum class ExprKind {
  Number,      ///< text as written without unit, unit, isInt, percent
  String,      ///< text with escapes resolved
  Bool,        ///< text is "true" or "false"
  Name,        ///< text
  Tuple,       ///< operands; a bracketed single expression gives its inner expression, with `bracketed` set
  List,        ///< args, unit
  Record,      ///< args, each with a label
  Choose,      ///< operands in pairs: weight, value, weight, value, …
  Hole,        ///< `?`, `?name(args)` or `?{args}`: text is the name, "{" for braces, or empty
  Derivative,  ///< d(operands[0]) / d(operands[1])
  Member,      ///< operands[0] . text
  Index,       ///< operands[0] [args]
  Call,        ///< operands[0] (args), and `of` body where body is not null
  Unary,       ///< text is "-" or "not"
  Binary,      ///< text is + - * / ^ and or
  Range,       ///< operands low, high and, with `step`, a third; text is ".." or "..="
  Pipe,        ///< operands[0] |> operands[1]
  Compare,     ///< a chain: operands n + 1, ops n (== != < <= > >=)
  If,          ///< operands: condition, then, else
  Error,       ///< a place where the parser had to recover; a message has been reported
};

struct Expr {
  ExprKind kind = ExprKind::Error;
  Span span;
  Span opSpan;                  ///< Unary, Binary, Range, Pipe: the operator; Member: the name after the point;
                                ///< Number, String: the literal without unit and without brackets around it
  std::string text;
  std::string unit;             ///< Number, List: the unit as written ("eV/angstrom"), or empty
  Span unitSpan;
  bool isInt = false;           ///< Number without point or exponent
  bool percent = false;         ///< Number followed by %
  bool bracketed = false;       ///< written in round brackets
  std::vector<std::string> ops; ///< Compare
  std::vector<ExprPtr> operands;
  std::vector<Argument> args;
  ExprPtr body;                 ///< Call: what follows `of`
};

enum class TypeKind { Named, Record, Tuple, Function };

struct Field;
struct Type {
  TypeKind kind = TypeKind::Named;
  Span span;
  Name name;                               ///< Named
  std::vector<Argument> args;              ///< Named: dimensions and type arguments (`range: imagenet`)
  std::vector<Field> fields;               ///< Record
  std::vector<std::unique_ptr<Type>> items; ///< Tuple; Function: the parameters
  std::unique_ptr<Type> result;            ///< Function
};
using TypePtr = std::unique_ptr<Type>;

/// A parameter, or a field of a record.
struct Parameter {
  Span span;
  Name name;
  bool binds = false;     ///< `name in type`: bound in the body that the call takes by `of`
  TypePtr type;           ///< null where none is written
  ExprPtr defaultValue;   ///< null where none is written
};
struct Field : Parameter {
  std::vector<std::string> docs; ///< without the slashes, one leading space removed
};

struct ParameterList {
  Span span;
  std::vector<Parameter> parameters;
};

struct Block {
  Span span;
  std::vector<StatementPtr> statements;
};

/// What stands left of `=` or `~`.
struct Target {
  Span span;
  Name name;                     ///< empty for a tuple or a derivative
  bool indexed = false;          ///< `name[...]`
  std::vector<Argument> index;   ///< index names, or `k in 0..15`
  std::vector<Target> items;     ///< a tuple of targets
  ExprPtr derivative;            ///< `d(y) / d(x)`
};

struct Clause {
  Span span;
  Name word;                     ///< "subject to" is one word here
  std::vector<Argument> args;
};

enum class StatementKind { Declaration, Search, Record, Unit, Param, Import, Definition, Repeat, Clauses, Error };

struct Path {
  Span span;
  std::vector<Name> parts;
};

struct Statement {
  StatementKind kind = StatementKind::Error;
  Span span;
  std::vector<std::string> docs;          ///< lines of `///`, without the slashes, one leading space removed
  std::string word;                       ///< Declaration: op warp augment space model scale solver recipe experiment extern,
                                          ///< or `type` for `type name = t`, whose right side is in `type`
  Name name;                              ///< declarations, Search, Record, Unit, Param
  std::vector<ParameterList> parameters;  ///< Declaration, Search: one a pair of brackets
  TypePtr bodyType;                       ///< Declaration: `of type`, the type of the body that a call takes
  TypePtr type;                           ///< result of a Declaration; type of a Param
  ExprPtr value;                          ///< `= e` of Declaration, Unit, Param, Definition
  std::unique_ptr<Block> block;           ///< Declaration, Search, Repeat
  std::vector<Field> fields;              ///< Record
  std::vector<Path> paths;                ///< Import
  std::string mark;                       ///< Definition: "", "state" or "weight"
  Target target;                          ///< Definition
  bool draws = false;                     ///< Definition by `~`
  std::unique_ptr<Argument> over;         ///< Search: `over x in space`; Repeat: `n` or `k in range`
  ExprPtr until;                          ///< Repeat
  std::vector<Clause> clauses;            ///< Clauses
};

/// A parsed file. Statements that could not be read are left out or of kind Error; messages were reported.
struct Tree {
  uint32_t file = 0;
  std::vector<StatementPtr> statements;
  std::vector<Span> comments; ///< every `//` comment that is not a doc, in order, for the formatter
};

} // namespace gms::syntax
