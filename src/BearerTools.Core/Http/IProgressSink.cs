namespace BearerTools.Http;

/// <summary>Shows on the progress line what a request is doing.</summary>
internal interface IProgressSink
{
    /// <summary>Replaces the shown state; <see langword="null"/> removes it.</summary>
    void Show(string? state);
}
