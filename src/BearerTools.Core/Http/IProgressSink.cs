namespace BearerTools.Http;

/// <summary>Sees what happens on a request's way, whether anybody wants verbose lines or not.</summary>
internal interface IProgressSink
{
    /// <summary>Takes a line that the user should see.</summary>
    void Warn(string line);

    /// <summary>What the request is at, for the progress line; nothing takes the last text away again.</summary>
    void Show(string? state);
}
