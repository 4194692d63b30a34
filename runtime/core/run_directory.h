// Where a run leaves what it made: runs/<name>/<n>/, with a record of its format and of how it ended.
#pragma once
#include <memory>
#include <string>

namespace gms::runtime {

/// The version of the layout of a run's folder, in its run.json.
inline constexpr int kRunFormat = 1;

/// A new folder for one run. Unless `complete` or `keepInterrupted` is called it is removed with all in it,
/// so that a failed run leaves nothing. A run that was killed shows "state": "running" in its run.json.
class RunDirectory {
public:
  /// Makes <base>/<name>/<n>/ with the next free n, from 1; runs that start at once get different ones.
  /// Throws BadRunName, FolderNotMade, DiskFull or FileNotWritten.
  RunDirectory(std::string base, std::string name);
  /// The folder of a run of that name that did not end; it stays whatever happens. Throws RunRecordUnreadable,
  /// RunFormatTooNew, NothingToResume or FileNotWritten.
  static std::unique_ptr<RunDirectory> resume(const std::string &folder, const std::string &name);
  ~RunDirectory();
  RunDirectory(const RunDirectory &) = delete;
  RunDirectory &operator=(const RunDirectory &) = delete;

  /// "<base>/<name>/<n>", without a slash at its end.
  const std::string &path() const { return folder; }
  int number() const { return runNumber; }
  std::string file(const std::string &fileName) const { return folder + "/" + fileName; }

  /// The run ended as it should (whether or not its claims hold): the folder stays.
  void complete();
  /// The run was stopped on request; each file that it wrote is whole: the folder stays and says so.
  void keepInterrupted();

private:
  RunDirectory() = default;
  std::string base;
  std::string parent;
  std::string folder;
  int runNumber = 0;
  bool madeBase = false;
  bool madeParent = false;
  bool kept = false;

  void makeNumbered();
  void record(const char *state) const;
  void remove() noexcept;
};

/// What a run.json says.
struct RunRecord {
  int format = 0;
  std::string name;
  int number = 0;
  std::string state; ///< "running", "complete" or "interrupted"
};

/// Reads the run.json of a run's folder. Throws RunRecordUnreadable or RunFormatTooNew.
RunRecord readRunRecord(const std::string &folder);

} // namespace gms::runtime
