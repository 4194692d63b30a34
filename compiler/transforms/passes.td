// The passes over `aug` and `core`, in the order in which they run. Each works on one kernel's function.
#ifndef GMS_PASSES
#define GMS_PASSES

include "mlir/Pass/PassBase.td"

def ComposeWarps : Pass<"aug-compose-warps", "::mlir::func::FuncOp"> {
  let summary = "Makes one warp of a warp of a warp: the maps compose, the pixels are sampled once";
}

def MergeWarps : Pass<"aug-merge-warps", "::mlir::func::FuncOp"> {
  let summary = "Makes one warp of warps of one image of which a sample takes one";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"];
}

def LowerWarps : Pass<"aug-lower-warps", "::mlir::func::FuncOp"> {
  let summary = "Turns each warp into a core.compute that samples its image";
  let dependentDialects = ["::gms::core::CoreDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}

def HoistRequirements : Pass<"core-hoist-requirements", "::mlir::func::FuncOp"> {
  let summary = "Moves requirements out of the arms of branches, so that input is refused before anything is written";
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def LowerDraws : Pass<"aug-lower-draws", "::mlir::func::FuncOp"> {
  let summary = "Turns draws into the generator's arithmetic on the sample's key";
  let description = [{
    Scalars are drawn at the function's top where their arguments allow it. A function that draws gets one more result,
    tensor<n x f64>: what was drawn, in the order of the attribute gms.draws; NaN where a draw cannot be seen from there.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
}

def Differentiate : Pass<"core-differentiate", "::mlir::func::FuncOp"> {
  let summary = "Replaces derivatives by what computes them, walking back from the value to the variable";
  let description = [{
    Afterwards no core.derivative, core.variable or core.own_derivative is left. Warps and draws must have been lowered. The
    adjoint of what a body reads is gathered where the indices of the read can be solved for, elsewhere made by core.scatter.
  }];
  let dependentDialects = ["::gms::core::CoreDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"expanded", "expanded", "Derivatives that were expanded">];
}

def SimplifyLoops : Pass<"core-simplify-loops", "::mlir::func::FuncOp"> {
  let summary = "Takes from loops the histories and states that nothing needs, and states that no pass changes";
}

def SinkBranches : Pass<"core-sink-branches", "::mlir::func::FuncOp"> {
  let summary = "Makes one compute of a branch whose arms are one compute each: the condition is asked inside";
  let description = [{
    The compute can then be fused with its reader. The condition is the same for all elements, so that it stays a branch.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"];
}

def FindHistograms : Pass<"core-find-histograms", "::mlir::func::FuncOp"> {
  let summary = "Goes once over what a compute counts anew for each of its numbers: count(i) of (x[i] == b), for all b";
  let dependentDialects = ["::gms::core::CoreDialect", "::mlir::arith::ArithDialect"];
}

def FuseComputes : Pass<"core-fuse-computes", "::mlir::func::FuncOp"> {
  let summary = "Inlines a compute where it is read, if that costs less than keeping its elements in memory";
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let options = [Option<"onlyTrivial", "only-trivial", "bool", "false",
                        "keep every operator a kernel of its own: inline only what moves or converts elements">];
}

def MergeSums : Pass<"core-merge-sums", "::mlir::func::FuncOp"> {
  let summary = "Makes one sum of sums over the same range that are added";
}

def WarmStarts : Pass<"core-warm-starts", "::mlir::func::FuncOp"> {
  let summary = "Eigenvectors in a loop are looked for near those of the pass before";
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def MarkReciprocals : Pass<"core-mark-reciprocals", "::mlir::func::FuncOp"> {
  let summary = "Allows reciprocals for divisions whose last bits decide nothing, for code that divides many elements by one number";
}

def FindExponentialSums : Pass<"core-find-exponential-sums", "::mlir::func::FuncOp"> {
  let summary = "Makes sums over exp(-a |x_i - x_j|) on a regular grid recurrences: found in index notation, O(n) instead of O(n^2)";
  let description = [{
    Matches the sum over j of a product of factors of which one is the exponential of a multiple of |x_i - x_j|, where x is
    affine in its index; any number may be |x_i - x_j| itself, the others depend on i or on j, and on one further index.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
  let statistics = [Statistic<"found", "found", "Sums that became recurrences">];
}

def LowerLibrary : Pass<"core-lower-library", "::mlir::func::FuncOp"> {
  let summary = "Turns eigenpairs, responses, solves and exponential sums into calls of the runtime's functions";
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::tensor::TensorDialect"];
  let options = [Option<"denseSums", "dense-sums", "bool", "false",
                        "write exponential sums out, element by element, for devices of many threads">];
}

#endif
