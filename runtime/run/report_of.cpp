#include "runtime/run/report_of.h"
#include "runtime/run/pictures.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>

namespace gms::runtime {
namespace {

constexpr size_t mostPictureRows = 64; ///< a page of more is no longer read; the rest is said to be left out
constexpr size_t mostTableRows = 1000;

std::string dateNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts;
  localtime_r(&now, &parts);
  char text[64];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  return text;
}

std::string labelWith(const std::string &label, const HostType &type, const ValuePrinter &printer) {
  if (type.kind != HostKind::Scalar || type.unit.empty())
    return label;
  return label + " (" + printer.number(0, type.element, type.unit).second + ")";
}

/// A scalar for a plot, in the unit that it is shown in.
double plotted(const Value &value, const HostType &type, const ValuePrinter &printer) {
  if (type.kind != HostKind::Scalar)
    return NAN;
  for (const auto &[base, shown] : printer.units)
    if (base == type.unit)
      return value.number() / shown.scale;
  return value.number();
}

/// The columns of a plot or table: rows of `against`, or the elements of the values where those are lists.
struct Columns {
  std::vector<std::string> names;
  std::vector<HostTypeRef> types;
  std::vector<const std::vector<Value> *> values;
  std::vector<std::vector<Value>> owned;
};

Columns columnsOf(const ClauseResult &result) {
  Columns columns;
  const PlanClause &clause = *result.clause;
  columns.owned.reserve(clause.values.size());
  for (size_t i = 0; i < result.against.size(); ++i) {
    columns.names.push_back(clause.against[i].name);
    columns.types.push_back(clause.againstTypes[i]);
    columns.values.push_back(&result.against[i]);
  }
  for (size_t i = 0; i < clause.values.size(); ++i) {
    HostTypeRef type = clause.values[i]->type;
    const std::vector<Value> *values = nullptr;
    if (!result.columns.empty()) {
      values = &result.columns[i];
    } else if (type->kind == HostKind::List) {
      type = type->items[0];
      values = &result.values[i].items();
    } else {
      columns.owned.push_back({result.values[i]});
      values = &columns.owned.back();
    }
    columns.names.push_back(clause.labels[i]);
    columns.types.push_back(type);
    columns.values.push_back(values);
  }
  return columns;
}

Table tableOf(const Plan &plan, const ClauseResult &result) {
  const Columns columns = columnsOf(result);
  Table table;
  size_t rows = 0;
  for (size_t i = 0; i < columns.names.size(); ++i) {
    const HostType &type = *columns.types[i];
    const bool scalar = type.kind == HostKind::Scalar;
    table.columns.push_back({columns.names[i], scalar ? plan.printer.number(0, type.element, type.unit).second : "", scalar});
    rows = std::max(rows, columns.values[i]->size());
  }
  for (size_t row = 0; row < std::min(rows, mostTableRows); ++row) {
    std::vector<std::string> cells;
    for (size_t i = 0; i < columns.names.size(); ++i) {
      const HostType &type = *columns.types[i];
      if (row >= columns.values[i]->size())
        cells.push_back("");
      else if (type.kind == HostKind::Scalar)
        cells.push_back(plan.printer.number((*columns.values[i])[row].number(), type.element, type.unit).first);
      else if (type.kind == HostKind::String)
        cells.push_back((*columns.values[i])[row].text());
      else
        cells.push_back(plan.printer.print((*columns.values[i])[row], type, 60));
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

Plot plotOf(const Plan &plan, const ClauseResult &result) {
  const Columns columns = columnsOf(result);
  Plot plot;
  const size_t against = result.against.size();
  const auto number = [&](size_t column, size_t row) {
    return plotted((*columns.values[column])[row], *columns.types[column], plan.printer);
  };
  if (against)
    plot.xLabel = labelWith(columns.names[0], *columns.types[0], plan.printer);
  for (size_t i = against; i < columns.names.size(); ++i) {
    // A second variable splits a series.
    std::vector<std::pair<std::string, std::vector<size_t>>> parts;
    for (size_t row = 0; row < columns.values[i]->size(); ++row) {
      const std::string part = against > 1 ? plan.printer.print((*columns.values[1])[row], *columns.types[1], 40) : "";
      auto found = std::find_if(parts.begin(), parts.end(), [&](const auto &p) { return p.first == part; });
      if (found == parts.end())
        found = parts.insert(parts.end(), {part, {}});
      found->second.push_back(row);
    }
    for (const auto &[part, rows] : parts) {
      Series series;
      series.name = columns.names[i] + (part.empty() ? "" : ", " + columns.names[1] + " = " + part);
      series.style = SeriesStyle::LineAndPoints;
      for (size_t row : rows) {
        series.x.push_back(against ? number(0, row) : static_cast<double>(row));
        series.y.push_back(number(i, row));
      }
      plot.series.push_back(std::move(series));
    }
  }
  if (columns.names.size() == against + 1)
    plot.yLabel = labelWith(columns.names[against], *columns.types[against], plan.printer);
  return plot;
}

/// Grids of as many rows stand beside one another: an original with its variants.
void addShown(const Plan &plan, const ClauseResult &result, Report &report) {
  std::vector<PictureGrid> grids;
  Table rest;
  const PlanClause &clause = *result.clause;
  for (size_t i = 0; i < clause.values.size() && result.columns.empty(); ++i) {
    const HostType &type = *clause.values[i]->type;
    if (isPictured(type))
      grids.push_back(gridOf(result.values[i], type, clause.labels[i], plan.printer));
    else
      rest.rows.push_back({clause.labels[i], plan.printer.print(result.values[i], type)});
  }
  for (size_t i = 0; i < result.columns.size(); ++i)
    for (size_t row = 0; row < result.columns[i].size(); ++row)
      if (isPictured(*clause.values[i]->type))
        grids.push_back(gridOf(result.columns[i][row], *clause.values[i]->type, clause.labels[i], plan.printer));
  for (PictureGrid &grid : grids) {
    if (grid.rows.size() > mostPictureRows) {
      report.remarks.push_back({"", grid.title + ": " + std::to_string(grid.rows.size() - mostPictureRows) +
                                        " rows of pictures are left out of this page"});
      grid.rows.resize(mostPictureRows);
    }
    report.sections.push_back(std::move(grid));
  }
  if (!rest.rows.empty()) {
    rest.columns = {{"value", "", false}, {"", "", false}};
    report.sections.push_back(std::move(rest));
  }
}

} // namespace

Claim claimOf(const Plan &plan, const ClauseResult &result) {
  const PlanClause &clause = *result.clause;
  Claim claim;
  claim.text = clause.text;
  claim.place = clause.place;
  claim.holds = result.holds;
  const auto side = [&](size_t i) { return plan.printer.print(result.values[i], *clause.values[i]->type); };
  if (!result.failure.empty())
    claim.left = result.failure;
  else
    claim.left = side(0);
  if (result.failure.empty() && !clause.relations.empty()) {
    claim.relation = clause.relations[0];
    claim.right = side(1);
    // Sides that look alike at six digits are shown whole where they decide.
    const auto *left = std::get_if<double>(&result.values[0].data), *right = std::get_if<double>(&result.values[1].data);
    if (!claim.holds && claim.left == claim.right && left && right) {
      claim.left = realText(*left, true);
      claim.right = realText(*right, true);
    }
    for (size_t i = 1; i < clause.relations.size(); ++i)
      claim.right += " " + clause.relations[i] + " " + side(i + 1);
  }
  return claim;
}

std::string rateText(const KernelTiming &timing) {
  char text[64];
  std::snprintf(text, sizeof text, "%.4g samples/s", static_cast<double>(timing.samples) / std::max(timing.seconds, 1e-9));
  return text;
}

Report reportOf(const Plan &plan, const PlanExperiment &experiment, const ExperimentResult &result, const RunFacts &facts) {
  Report report;
  report.title = experiment.name;
  report.program = plan.program;
  report.date = dateNow();
  report.command = facts.command;
  report.seed = std::to_string(facts.seed);
  report.device = facts.device;
  if (!experiment.docs.empty()) {
    Paragraph about;
    for (const std::string &line : experiment.docs)
      about.text += (about.text.empty() ? "" : " ") + line;
    report.sections.push_back(std::move(about));
  }
  for (const ClauseResult &clause : result.clauses) {
    switch (clause.clause->kind) {
    case PlanClause::Kind::Show:
      addShown(plan, clause, report);
      break;
    case PlanClause::Kind::Plot:
      report.sections.push_back(plotOf(plan, clause));
      break;
    case PlanClause::Kind::Table:
      report.sections.push_back(tableOf(plan, clause));
      break;
    case PlanClause::Kind::Expect:
      report.claims.push_back(claimOf(plan, clause));
      break;
    }
  }
  for (const StepTiming &step : result.steps)
    report.timings.push_back({step.name, step.seconds, 0, ""});
  for (const KernelTiming &kernel : result.kernels)
    report.timings.push_back({kernel.name + " (kernel)", kernel.seconds, kernel.samples, "images"});
  report.timings.push_back({"all", facts.seconds, 0, ""});
  for (const ExternContext::Remark &remark : facts.remarks)
    report.remarks.push_back({remark.code, remark.text});
  for (const ParamValue &param : result.params)
    report.environment.push_back({"--" + param.param->name, plan.printer.print(param.value, *param.param->type), ""});
  report.environment.push_back({"threads", std::to_string(facts.threads), ""});
  return report;
}

PictureGrid allPictures(const Report &report) {
  PictureGrid all;
  all.title = report.title;
  for (const Section &section : report.sections)
    if (const PictureGrid *grid = std::get_if<PictureGrid>(&section))
      all.rows.insert(all.rows.end(), grid->rows.begin(), grid->rows.end());
  std::erase_if(all.rows, [](const PictureRow &row) { return row.pictures.empty(); });
  return all;
}

} // namespace gms::runtime
