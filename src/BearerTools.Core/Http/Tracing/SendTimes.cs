namespace BearerTools.Http.Tracing;

/// <summary>When a message was ready, and when its origin's pace admitted it, as timestamps.</summary>
internal readonly record struct SendTimes(long Asked, long Sent);
