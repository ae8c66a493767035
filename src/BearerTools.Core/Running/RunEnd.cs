namespace BearerTools.Running;

/// <summary>What a run that an error ended had done by then.</summary>
/// <param name="Inputs">The number of inputs that were read.</param>
/// <param name="Sent">The number of inputs for which at least one request was sent.</param>
/// <param name="Failed">The number of inputs that failed.</param>
/// <param name="Unfinished">The number of inputs that were sent, and cut off before their response was complete or written.</param>
/// <param name="NotSent">The number of inputs that were not sent, without those that failed on their own.</param>
/// <param name="FailedUnsent">The number of inputs that failed before anything was sent for them; they are among the failed.</param>
internal readonly record struct RunEnd(long Inputs, long Sent, long Failed, long Unfinished, long NotSent, long FailedUnsent);
