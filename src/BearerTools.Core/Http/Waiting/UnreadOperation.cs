namespace BearerTools.Http.Waiting;

/// <summary>A long-running operation whose status or result could not be read.</summary>
/// <param name="State">The address of its status.</param>
/// <param name="HasSucceeded">True if it has succeeded, and only its result is missing.</param>
internal sealed record UnreadOperation(Uri State, bool HasSucceeded)
{
    /// <summary>The address of the status for the caller.</summary>
    public Uri? StatusUri => OperationFault.StatusUri(State);

    /// <summary>The advice for the failed request, and what it means for the operation.</summary>
    public string Advice(string? nextStep) =>
        $"{nextStep}{(nextStep is null ? string.Empty : " ")}"
            + (HasSucceeded
                ? "The operation has succeeded, and only its result could not be read: do not start it again. Its status is at "
                : "The operation may continue on the server: its status is at ")
            + "$_.Exception.StatusUri.";
}
