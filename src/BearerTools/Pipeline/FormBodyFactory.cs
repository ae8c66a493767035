using System.Collections;
using BearerTools.Binding;
using BearerTools.Http.Bodies;

namespace BearerTools.Pipeline;

/// <summary>Converts the value of <c>-Form</c> to a form body, like Invoke-RestMethod. Streams and bytes are sent by content.</summary>
internal static class FormBodyFactory
{
    /// <exception cref="BearerRequestException">A file does not exist, or is a folder.</exception>
    public static FormBody Make(IDictionary fields, Transfer? transfer)
    {
        var parts = new List<FormPart>();
        foreach (DictionaryEntry field in fields)
        {
            var name = ValueText.Of(field.Key, "a field");
            var value = PSValue.UnwrapKnown(field.Value);
            // One level only: a nested list becomes a single text.
            if (value is not byte[] && ValueText.IsList(value))
                parts.AddRange(((IEnumerable)value!).Cast<object?>().Select(item => Part(name, PSValue.Unwrap(item), transfer)));
            else parts.Add(Part(name, value, transfer));
        }

        return new FormBody(parts);
    }

    private static FormPart Part(string name, object? value, Transfer? transfer) => value switch
    {
        FileInfo file =>
            new FormPart(
                name,
                new FileBody(file.Exists ? file.FullName : throw FileFault.Missing(file.FullName), FormPart.FileType, transfer),
                file.Name),
        DirectoryInfo folder => throw PSLocation.NotAFile(folder.FullName, "it is a folder"),
        FileStream stream => new FormPart(name, new StreamBody(stream, FormPart.FileType), Path.GetFileName(stream.Name)),
        Stream stream => new FormPart(name, new StreamBody(stream, FormPart.FileType)),
        byte[] bytes => new FormPart(name, new BytesBody(bytes.ToArray(), FormPart.FileType)),
        _ => FormPart.Text(name, ValueText.Of(value, name)),
    };
}
