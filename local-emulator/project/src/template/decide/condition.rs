//! The section `Conditions`.

use super::Scope;
use crate::template::value::TemplateValue;

impl Scope<'_> {
    /// Whether a condition holds; `None` if only AWS can resolve it, if no condition has this name, or if it refers to
    /// itself.
    pub(in crate::template) fn holds(&self, name: &str) -> Option<bool> {
        if let Some(known) = self.known.borrow().get(name) {
            return *known;
        }
        let condition = self.conditions.get(name)?;
        self.known.borrow_mut().insert(name.to_owned(), None);
        let holds = self.is_true(condition);
        self.known.borrow_mut().insert(name.to_owned(), holds);
        holds
    }

    fn is_true(&self, condition: &TemplateValue) -> Option<bool> {
        if let [(key, name)] = condition.pairs()
            && key.as_text() == Some("Condition")
        {
            return self.holds(name.as_text()?);
        }
        let (name, argument) = condition.call()?;
        let arguments = argument.as_list().unwrap_or(std::slice::from_ref(argument));
        match (name, arguments) {
            ("Equals", [one, other]) => {
                let (one, other) = (self.decide(one)?, self.decide(other)?);
                Some(one.as_text()? == other.as_text()?)
            }
            ("Not", [condition]) => self.is_true(condition).map(|holds| !holds),
            ("And", conditions) => self.all(conditions, true),
            ("Or", conditions) => self.all(conditions, false).map(|none_holds| !none_holds),
            _ => None,
        }
    }

    /// Whether each of the conditions is `wanted`. One condition that is not `wanted` decides, even if others are
    /// unknown.
    fn all(&self, conditions: &[TemplateValue], wanted: bool) -> Option<bool> {
        let mut is_known = true;
        for condition in conditions {
            match self.is_true(condition) {
                Some(holds) if holds != wanted => return Some(false),
                Some(_) => {}
                None => is_known = false,
            }
        }
        is_known.then_some(true)
    }
}
