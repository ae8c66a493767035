using System.Net;

namespace BearerTools.Http;

/// <summary>An answer whose headers have arrived and whose body is still on the wire.</summary>
internal sealed class Answer(HttpResponseMessage message, RequestRecipe recipe) : IDisposable
{
    public HttpResponseMessage Message => message;

    /// <summary>The recipe that was answered: after redirects, the last one.</summary>
    public RequestRecipe Recipe => recipe;

    public HttpStatusCode Status => message.StatusCode;

    public bool IsSuccess => message.IsSuccessStatusCode;

    public void Dispose() => message.Dispose();
}
