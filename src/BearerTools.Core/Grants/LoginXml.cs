using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;

namespace BearerTools.Grants;

/// <summary>
/// A login response in XML, without its namespaces. DTDs are refused, so that nothing is expanded or loaded; the size is limited by
/// <see cref="OAuthBackchannel"/>, the depth here.
/// </summary>
internal sealed class LoginXml
{
    private const int MaxCharacters = 1 << 20;
    private const int MaxDepth = 24;

    private readonly XElement _root;

    private LoginXml(XElement root) => _root = root;

    /// <summary>Reads the response, or returns <see langword="null"/> if it is no XML.</summary>
    public static LoginXml? TryRead(BackchannelResponse response) => response.IsHtml ? null : TryParse(response.Text);

    /// <summary>Reads a document, or returns <see langword="null"/> if the text is no XML.</summary>
    public static LoginXml? TryParse(string document)
    {
        var text = document.TrimStart();
        if (!text.StartsWith('<') || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)) return null;
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxCharacters,
            MaxCharactersFromEntities = 1024,
        };
        try
        {
            // Checked before the tree is made, which is recursive.
            using (var check = XmlReader.Create(new StringReader(text), settings))
            {
                while (check.Read())
                {
                    if (check.Depth > MaxDepth) return null;
                }
            }

            using var reader = XmlReader.Create(new StringReader(text), settings);
            return new LoginXml(WithoutNamespaces(XElement.Load(reader)));
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>True if a path is an XPath and not the path of JSON, which is also taken for XML.</summary>
    public static bool IsXPath(string path) => path.Contains('/', StringComparison.Ordinal);

    /// <summary>The text that an XPath selects, or <see langword="null"/>.</summary>
    /// <exception cref="BearerTokenException">The XPath is not valid.</exception>
    public string? Find(string xpath)
    {
        try
        {
            return new XDocument(_root).XPathEvaluate(xpath) switch
            {
                string text => text.Trim(),
                double number when double.IsFinite(number) => number.ToString(CultureInfo.InvariantCulture),
                IEnumerable<object> nodes => nodes.FirstOrDefault() switch
                {
                    XElement element => element.Value.Trim(),
                    XAttribute attribute => attribute.Value.Trim(),
                    XText text => text.Value.Trim(),
                    _ => null,
                },
                _ => null,
            };
        }
        catch (Exception e) when (e is XPathException or ArgumentException or InvalidOperationException)
        {
            throw new BearerTokenException($"'{Security.ServerText.Clean(xpath, 100)}' is not a valid XPath.")
            {
                ErrorId = "InvalidTokenPath",
                Kind = BearerErrorKind.InvalidArgument,
                NextStep = "Use a path such as //token or /response/auth/@token; namespaces are ignored.",
            };
        }
    }

    /// <summary>What a SOAP fault says (SOAP 1.1 section 4.4, SOAP 1.2 section 5.4); <see langword="null"/> if it is none.</summary>
    public string? FaultText()
    {
        if (_root.Name.LocalName != "Envelope" || _root.Element("Body")?.Element("Fault") is not { } fault) return null;
        var text = fault.Element("faultstring") ?? fault.Element("Reason")?.Element("Text");
        return text?.Value.Trim() is { Length: > 0 } words ? words : null;
    }

    /// <summary>The document without the values of secrets, for paths that are read later.</summary>
    /// <param name="isSecret">True for the names of elements and attributes whose values are secrets.</param>
    /// <param name="token">The token, which may stand in any of them.</param>
    public string WithoutSecrets(Func<string, bool> isSecret, string token)
    {
        var copy = new XElement(_root);
        foreach (var element in copy.DescendantsAndSelf())
        {
            var isHidden = element.AncestorsAndSelf().Any(each => isSecret(each.Name.LocalName));
            foreach (var attribute in element.Attributes().Where(each => isHidden || isSecret(each.Name.LocalName) || Has(each.Value)))
                attribute.Value = Security.LiveSecrets.Mark;
            foreach (var text in element.Nodes().OfType<XText>().Where(each => isHidden || Has(each.Value)))
                text.Value = Security.LiveSecrets.Mark;
        }

        return copy.ToString(SaveOptions.DisableFormatting);

        bool Has(string value) => value.Contains(token, StringComparison.Ordinal);
    }

    /// <summary>
    /// The content in the form of JSON, for all that is read by names: elements with children and attributes are objects, others strings,
    /// and repeated elements lists. The root element is also a member, so that paths may begin with it.
    /// </summary>
    public JsonElement ToJson()
    {
        var content = Node(_root);
        if (content is JsonObject members && !members.ContainsKey(_root.Name.LocalName))
            members[_root.Name.LocalName] = content.DeepClone();
        return JsonSerializer.SerializeToElement(content is JsonObject ? content : new JsonObject { [_root.Name.LocalName] = content });
    }

    private static JsonNode Node(XElement element)
    {
        if (!element.HasElements && !element.HasAttributes) return JsonValue.Create(element.Value.Trim());
        var members = new JsonObject();
        foreach (var attribute in element.Attributes()) members[attribute.Name.LocalName] = attribute.Value;
        foreach (var group in element.Elements().GroupBy(child => child.Name.LocalName))
        {
            var nodes = group.Select(Node).ToArray();
            members[group.Key] = nodes.Length == 1 ? nodes[0] : new JsonArray(nodes);
        }

        if (!element.HasElements && element.Value.Trim() is { Length: > 0 } text) members.TryAdd("value", JsonValue.Create(text));
        return members;
    }

    private static XElement WithoutNamespaces(XElement element) => new(
        element.Name.LocalName,
        element.Attributes().Where(attribute => !attribute.IsNamespaceDeclaration).GroupBy(attribute => attribute.Name.LocalName)
            .Select(same => new XAttribute(same.Key, same.First().Value)),
        element.Nodes().Where(node => node is XElement or XText)
            .Select(node => node is XElement child ? (object)WithoutNamespaces(child) : new XText((XText)node)));
}
