namespace BearerTools.Http;

/// <summary>One input's way through the senders: who listens, who may stop it, and what it has cost so far.</summary>
internal sealed class Exchange(Action<string>? say, CancellationToken cancel)
{
    public Action<string>? Say => say;

    public CancellationToken Cancel => cancel;

    /// <summary>How many requests went out for this input, redirects and replays included.</summary>
    public int Attempts { get; set; }
}
