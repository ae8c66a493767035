using System.Net;

namespace BearerTools.Http;

/// <summary>An answer whose headers have arrived and whose body is still on the wire.</summary>
internal sealed class ApiResponse(HttpResponseMessage message, RequestTemplate template) : IDisposable
{
    public HttpResponseMessage Message => message;

    /// <summary>The recipe that was answered: after redirects, the last one.</summary>
    public RequestTemplate Template => template;

    public HttpStatusCode Status => message.StatusCode;

    public bool IsSuccess => message.IsSuccessStatusCode;

    /// <summary>Why it is not asked for again although that might help, as a sentence; mostly nothing.</summary>
    public string? GiveUpReason { get; set; }

    /// <summary>Its body has been saved, and is read from there.</summary>
    public void ReadFrom(string path)
    {
        var saved = new StreamContent(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));
        foreach (var (name, values) in message.Content.Headers.NonValidated)
        {
            if (name is not ("Content-Length" or "Content-Range")) saved.Headers.TryAddWithoutValidation(name, values);
        }

        message.Content.Dispose();
        message.Content = saved;
    }

    public void Dispose() => message.Dispose();
}
