using System.Text;

namespace BearerTools.Http.Bodies;

/// <summary>A form of fields and files (RFC 7578). Its files are read while it is sent.</summary>
internal sealed class FormBody(IReadOnlyList<FormPart> parts) : RequestBody(null)
{
    public override bool CanReplay => parts.All(part => part.Body.CanReplay);

    protected override HttpContent Create()
    {
        var form = new MultipartContent("form-data") { HeaderEncodingSelector = static (_, _) => Encoding.UTF8 };
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
}

/// <summary>A field or a file of a form.</summary>
/// <param name="Name">The name of its field; several parts may have the same.</param>
/// <param name="Body">What it holds.</param>
/// <param name="FileName">The name of the file, without folders.</param>
internal sealed record FormPart(string Name, RequestBody Body, string? FileName = null)
{
    public const string TextType = "text/plain; charset=utf-8";
    public const string FileType = "application/octet-stream";

    /// <summary>Names as browsers send them: UTF-8 as it is (RFC 7578 section 5.1), with what would end them escaped.</summary>
    public string Disposition => $"form-data; name=\"{Escaped(Name)}\"{(FileName is null ? null : $"; filename=\"{Escaped(FileName)}\"")}";

    public static FormPart Text(string name, string text) => new(name, new BytesBody(Encoding.UTF8.GetBytes(text), TextType));

    private static string Escaped(string name) =>
        name.Replace("\"", "%22", StringComparison.Ordinal).Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);
}
