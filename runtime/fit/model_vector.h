// A model's weights as one vector of reals, which is what minimisers work on.
#pragma once
#include "runtime/core/value.h"
#include "runtime/fit/safetensors.h"

namespace gms::runtime {

/// Where each weight of a model lies in the vector. Weights are reals and tensors of reals, f32 or f64; all else that the
/// record holds is not trained and stays as it is.
class ModelVector {
public:
  ModelVector(const Value &model, const HostType &type);

  size_t size() const { return count; }
  /// The weights of a model of this form, in order.
  void read(const Value &model, std::span<double> x) const;
  /// Adds them instead.
  void add(const Value &model, std::span<double> x) const;
  /// The model with these weights.
  Value model(std::span<const double> x) const;
  /// The weights by the names of their fields, joined by points.
  std::vector<NamedTensor> named(const Value &model) const;

private:
  const Value form;
  const HostType &type;
  size_t count = 0;
};

} // namespace gms::runtime
