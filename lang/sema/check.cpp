// A whole program: its modules, units and records; functions are checked when something needs them, a program's own always.
#include "lang/sema/check.h"
#include "lang/sema/checker.h"
#include "lang/syntax/parse.h"
#include <filesystem>
#include <fstream>
#include <sstream>

namespace gms::sema {

namespace fs = std::filesystem;

std::unique_ptr<Program> check(Sources &sources, uint32_t file, const CheckOptions &options, Diagnostics &diagnostics) {
  Checker checker(sources, options, diagnostics);
  return checker.run(file);
}

std::unique_ptr<Program> Checker::run(uint32_t file) {
  Module *module = load(file, true);
  checkOwn(*module);
  return std::move(out);
}

Module *Checker::load(uint32_t file, bool isProgram) {
  const std::string path = sources.file(file).path();
  auto &slot = modules[fs::path(path).lexically_normal().string()];
  if (slot)
    return slot.get();
  slot = std::make_unique<Module>();
  Module *module = slot.get();
  module->name = fs::path(path).stem().string();
  module->isProgram = isProgram;
  module->tree = syntax::parse(sources, file, diagnostics);
  loading.push_back(module->name);
  declare(*module);
  loading.pop_back();
  return module;
}

void Checker::declare(Module &module) {
  const std::string path = sources.file(module.tree.file).path();
  for (const syntax::StatementPtr &statement : module.tree.statements)
    if (statement->kind == syntax::StatementKind::Import)
      for (const syntax::Path &imported : statement->paths)
        if (Module *other = importModule(imported, path))
          module.imports.push_back(other);
  for (const syntax::StatementPtr &statement : module.tree.statements)
    declareStatement(module, *statement);
}

void Checker::declareStatement(Module &module, const syntax::Statement &statement) {
  using syntax::StatementKind;
  switch (statement.kind) {
  case StatementKind::Declaration:
    if (statement.word == "experiment")
      return;
    if (statement.word == "type") {
      if (module.records.count(statement.name.text) || !module.aliases.emplace(statement.name.text, &statement).second)
        error(Kind::Redefined, statement.name.span, {statement.name.text});
      return;
    }
    [[fallthrough]];
  case StatementKind::Definition: {
    const syntax::Name &name = statement.kind == StatementKind::Declaration ? statement.name : statement.target.name;
    if (name.empty())
      return;
    Declared &declared = module.functions[name.text];
    if (declared.statement) {
      error(Kind::Redefined, name.span, {name.text}).notes.push_back({declared.statement->span, "it was declared here"});
      return;
    }
    declared.statement = &statement;
    declared.module = &module;
    return;
  }
  case StatementKind::Record:
    if (module.aliases.count(statement.name.text) || !module.records.emplace(statement.name.text, &statement).second)
      error(Kind::Redefined, statement.name.span, {statement.name.text});
    return;
  case StatementKind::Unit:
    unitStatements.emplace(statement.name.text, &statement);
    return;
  default:
    return;
  }
}

Module *Checker::importModule(const syntax::Path &path, const std::string &from) {
  std::string relative;
  for (const syntax::Name &part : path.parts)
    relative += (relative.empty() ? "" : "/") + part.text;
  const std::string &stem = path.parts.back().text;
  for (const std::string &name : loading)
    if (name == stem) {
      std::string cycle;
      for (const std::string &step : loading)
        cycle += step + " -> ";
      error(Kind::ImportCycle, path.span, {stem, cycle + stem});
      return nullptr;
    }
  std::vector<std::string> folders = {fs::path(from).parent_path().string()};
  folders.insert(folders.end(), options.importPaths.begin(), options.importPaths.end());
  for (const std::string &folder : folders) {
    fs::path candidate = fs::path(folder.empty() ? "." : folder) / (relative + ".gms");
    std::error_code ignored;
    if (!fs::is_regular_file(candidate, ignored))
      continue;
    std::string name = candidate.lexically_normal().string();
    if (auto it = modules.find(name); it != modules.end())
      return it->second.get();
    std::ifstream in(candidate, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return load(sources.add(name, text.str()), false);
  }
  error(Kind::ModuleNotFound, path.span, {relative});
  return nullptr;
}

Declared *Checker::findFunction(Module &module, const std::string &name) {
  if (auto it = module.functions.find(name); it != module.functions.end())
    return &it->second;
  for (Module *imported : module.imports)
    if (auto it = imported->functions.find(name); it != imported->functions.end())
      return &it->second;
  return nullptr;
}

const syntax::Statement *Checker::findRecord(Module &module, const std::string &name, Module *&owner) {
  owner = &module;
  if (auto it = module.records.find(name); it != module.records.end())
    return it->second;
  for (Module *imported : module.imports)
    if (const syntax::Statement *found = findRecord(*imported, name, owner))
      return found;
  return nullptr;
}

const syntax::Statement *Checker::findAlias(Module &module, const std::string &name) {
  if (auto it = module.aliases.find(name); it != module.aliases.end())
    return it->second;
  for (Module *imported : module.imports)
    if (const syntax::Statement *found = findAlias(*imported, name))
      return found;
  return nullptr;
}

std::vector<std::string> Checker::functionNames(Module &module) const {
  std::vector<std::string> names;
  for (const auto &entry : module.functions)
    names.push_back(entry.first);
  for (const Module *imported : module.imports)
    for (const auto &entry : imported->functions)
      names.push_back(entry.first);
  return names;
}

FunctionId Checker::add(std::unique_ptr<Function> function) {
  function->id = static_cast<FunctionId>(out->functions.size());
  out->functions.push_back(std::move(function));
  return out->functions.back()->id;
}

const Function *Checker::instance(Declared &declared, const std::string &name, const InstanceOf &of, Span use) {
  using Instance = Declared::Instance;
  const bool wide = of.real == Element::F64 && declared.firstReal != Element::F64;
  std::string key = wide ? "f64" : "", shown;
  for (const Passed &passed : of.functions) {
    key += ";" + std::to_string(passed.id);
    shown += (shown.empty() ? "" : ", ") + passed.name;
  }
  shown += wide ? (shown.empty() ? "f64" : ", f64") : "";
  Instance &made = declared.instances[key];
  switch (made.state) {
  case Instance::Done: return key.empty() && declared.signature ? declared.signature.get() : out->functions[made.id].get();
  case Instance::Failed: return nullptr;
  case Instance::Running: {
    std::string path;
    for (const std::string &step : running)
      path += step + " -> ";
    error(Kind::Recursion, use, {name, path + name});
    return nullptr;
  }
  case Instance::Waiting: break;
  }
  made.state = Instance::Running;
  running.push_back(name);
  Body body(*this, *declared.module, declared.home);
  std::unique_ptr<Function> checked = body.checkFunction(*declared.statement, of, shown);
  running.pop_back();
  made.state = checked ? Instance::Done : Instance::Failed;
  if (!checked)
    return nullptr;
  if (key.empty())
    declared.firstReal = body.precision();
  if (body.isSignature()) {
    declared.signature = std::move(checked);
    declaredOf[declared.signature.get()] = &declared;
    return declared.signature.get();
  }
  made.id = add(std::move(checked));
  declaredOf[out->functions[made.id].get()] = &declared;
  return out->functions[made.id].get();
}

/// The program's own declarations in the order of the text, then its tests and experiments.
void Checker::checkOwn(Module &module) {
  using syntax::StatementKind;
  for (const syntax::StatementPtr &statement : module.tree.statements) {
    switch (statement->kind) {
    case StatementKind::Declaration:
      if (statement->word == "type") {
        Body(*this, module).checkAlias(*statement);
        break;
      }
      if (statement->word == "experiment") {
        Experiment experiment{};
        Body body(*this, module);
        if (auto function = body.checkExperiment(*statement, experiment)) {
          experiment.function = add(std::move(function));
          out->experiments.push_back(std::move(experiment));
        }
        break;
      }
      [[fallthrough]];
    case StatementKind::Definition: {
      const syntax::Name &name = statement->kind == StatementKind::Declaration ? statement->name : statement->target.name;
      if (auto it = module.functions.find(name.text); it != module.functions.end() && it->second.statement == statement.get())
        require(it->second, name.text, name.span);
      break;
    }
    case StatementKind::Unit:
      findUnit(statement->name.text);
      break;
    case StatementKind::Clauses:
      for (const syntax::Clause &clause : statement->clauses) {
        if (clause.word.text != "test") {
          error(Kind::StatementNotAllowed, clause.span, {"`" + clause.word.text + "`", "a file; it stands in an experiment"});
          continue;
        }
        Test test{};
        Body body(*this, module);
        if (auto function = body.checkTest(clause, test)) {
          test.function = add(std::move(function));
          out->tests.push_back(test);
        }
      }
      break;
    case StatementKind::Param:
    case StatementKind::Search:
      error(Kind::NotInThisVersion, statement->span, {statement->kind == StatementKind::Param ? "a param outside an experiment" : "a search"});
      break;
    case StatementKind::Repeat:
      error(Kind::StatementNotAllowed, statement->span, {"`repeat`", "a file"});
      break;
    default:
      break;
    }
  }
}

} // namespace gms::sema
