using System.Net;
using System.Text;

namespace BearerTools.Http.Bodies;

/// <summary>A multipart form of fields and files (RFC 7578). The files are read while it is sent.</summary>
internal sealed class FormBody(IReadOnlyList<FormPart> parts) : RequestBody(null)
{
    public override bool CanReplay => parts.All(part => part.Body.CanReplay);

    public override bool OwnsContentType => true;

    public override string Preview => BodyPreview.OfForm(parts);

    protected override HttpContent Create()
    {
        var boundary = Guid.NewGuid().ToString();
        var form = new TrackedForm(boundary) { HeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
        // The runtime puts the boundary in quotes, which not every server understands.
        form.Headers.ContentType!.Parameters.Single().Value = boundary;
        try
        {
            foreach (var part in parts)
            {
                var content = part.Body.ToContent();
                form.Add(content);
                content.Headers.TryAddWithoutValidation("Content-Disposition", part.Disposition);
            }

            return form;
        }
        catch
        {
            form.Dispose();
            throw;
        }
    }

    private sealed class TrackedForm(string boundary) : MultipartContent("form-data", boundary), ITrackedContent
    {
        private volatile bool _hasBegun;

        public bool HasBegun => _hasBegun;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            if (cancellationToken.IsCancellationRequested) return Task.FromException(new UnsentContentException());
            _hasBegun = true;
            return base.SerializeToStreamAsync(stream, context, cancellationToken);
        }
    }
}

/// <summary>One field or file of a form.</summary>
/// <param name="Name">The field name; several parts may share one.</param>
/// <param name="Body">The content.</param>
/// <param name="FileName">The file name without folders; <see langword="null"/> for a field.</param>
internal sealed record FormPart(string Name, RequestBody Body, string? FileName = null)
{
    public const string TextType = "text/plain; charset=utf-8";
    public const string FileType = "application/octet-stream";

    /// <summary>Names as browsers send them: unencoded UTF-8 (RFC 7578 section 5.1), with quotes and line breaks escaped.</summary>
    public string Disposition => $"form-data; name=\"{Escaped(Name)}\"{(FileName is null ? null : $"; filename=\"{Escaped(FileName)}\"")}";

    public static FormPart Text(string name, string text) => new(name, new BytesBody(Encoding.UTF8.GetBytes(text), TextType));

    private static string Escaped(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);
}
